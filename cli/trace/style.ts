// The look of a trace page: system fonts, three lanes as lines, colours from one small palette for light and for dark.

export const pageStyle = `
:root {
  --ground: #f7f7f4; --paper: #ffffff; --ink: #1c2024; --quiet: #6b7280; --line: #d9dbd5;
  --down: #1f6feb; --up: #7c4dbd; --good: #1a7f4b; --held: #a15c00; --bad: #c0322b;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --paper: #1c2126; --ink: #e6e8ea; --quiet: #98a1ab; --line: #343b43;
    --down: #6aa8ff; --up: #b794f0; --good: #5cc98c; --held: #e0a34a; --bad: #ff7b72;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
h1 { margin: 2px 0 4px; font-size: 24px; line-height: 1.25; }
.file, .counts { margin: 0; color: var(--quiet); }
.file { font: 13px var(--mono); }
.verdict { display: inline-block; margin: 14px 0 6px; padding: 3px 12px; border-radius: 6px; border: 1px solid currentColor; font-weight: 600; }
.verdict.good { color: var(--good); } .verdict.bad { color: var(--bad); }
.verdict ul { margin: 4px 0; padding-left: 18px; font-weight: 400; }
main { padding-bottom: 60px; }
.lanes, .row { display: grid; grid-template-columns: 76px 90px minmax(0, 1fr) 90px; }
.lanes { position: sticky; top: 0; z-index: 2; background: var(--ground); padding: 12px 0 8px; border-bottom: 1px solid var(--line); text-align: center; }
.lanes span { text-align: right; padding-right: 14px; color: var(--quiet); font-size: 13px; }
.row { position: relative; padding: 5px 0; }
.row::before, .row::after { content: ""; position: absolute; top: 0; bottom: 0; width: 2px; background: var(--line); }
.row::before { left: 120px; } .row::after { right: 44px; }
time { grid-column: 1; text-align: right; padding: 3px 14px 0 0; color: var(--quiet); font: 12px/1.6 var(--mono); }
h2 { margin: 30px 0 6px 76px; padding: 7px 14px; font: 600 15px/1.4 var(--mono); background: var(--paper); border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere; }
h2 span { color: var(--quiet); font-weight: 400; margin-right: 8px; }
.frame { position: relative; z-index: 1; min-height: 34px; padding: 0 16px 10px; font: 13px/1.5 var(--mono); overflow-wrap: anywhere; }
.frame.down { grid-column: 2 / 4; margin-left: 45px; margin-right: 50%; color: var(--down); }
.frame.up { grid-column: 3 / 5; margin-right: 45px; margin-left: 50%; color: var(--up); text-align: right; }
.frame i { position: absolute; left: 2px; right: 2px; bottom: 3px; height: 2px; background: currentColor; }
.frame i::after { content: ""; position: absolute; top: -4px; border: 5px solid transparent; }
.frame.right i::after { right: -1px; border-left: 9px solid currentColor; border-right: 0; }
.frame.left i::after { left: -1px; border-right: 9px solid currentColor; border-left: 0; }
.frame .label { color: var(--ink); font-weight: 600; }
.frame ul { margin: 2px 0 6px; padding: 0; list-style: none; color: var(--quiet); font-size: 12px; }
summary { cursor: pointer; }
.frame summary { list-style: none; } .frame summary::-webkit-details-marker { display: none; }
.frame summary .label { border-bottom: 1px dotted var(--quiet); }
.callback { grid-column: 3; z-index: 1; padding: 6px 12px; background: var(--paper); border: 1px solid var(--line); border-left: 4px solid var(--quiet); border-radius: 8px; }
.callback.passed { border-left-color: var(--good); } .callback.held { border-left-color: var(--held); } .callback.bad { border-left-color: var(--bad); }
.callback .filter { float: right; color: var(--quiet); font-size: 13px; margin-left: 12px; }
.callback .name { font-weight: 600; } .callback .args { color: var(--quiet); margin-left: 10px; }
.result { margin-left: 10px; font: 600 13px var(--mono); color: var(--quiet); }
.result.passed { color: var(--good); } .result.held { color: var(--held); } .result.bad { color: var(--bad); }
.callback ol { clear: both; margin: 5px 0 2px; padding: 0; list-style: none; font: 12.5px/1.6 var(--mono); overflow-wrap: anywhere; }
.callback li { padding-left: 16px; text-indent: -16px; }
.callback code { font: inherit; font-weight: 600; } .callback code.denied { color: var(--bad); }
.answer { color: var(--down); } .answer::before { content: "= "; color: var(--quiet); } .status { color: var(--held); font-weight: 600; }
.log { grid-column: 3; z-index: 1; margin: 0; padding: 5px 12px; font: 12.5px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px dashed var(--held); border-radius: 8px; }
.log.error, .log.critical { border-color: var(--bad); color: var(--bad); }
.over { grid-column: 3; z-index: 1; justify-self: center; padding: 1px 14px; color: var(--quiet); background: var(--ground); font: 13px var(--mono); }
.start { margin: 10px 0 0; } .start > summary { margin-left: 76px; padding: 6px 14px; color: var(--quiet); }
@media (max-width: 700px) {
  .lanes, .row { grid-template-columns: 52px 40px minmax(0, 1fr) 40px; }
  .row::before { left: 71px; } .row::after { right: 19px; }
  .frame.down { margin-left: 20px; margin-right: 20%; } .frame.up { margin-right: 20px; margin-left: 20%; }
  h2, .start > summary { margin-left: 0; }
  time { padding-right: 6px; font-size: 11px; }
}
`;
