// Names of HTML and JavaScript that carry script: event attributes, tags, functions.
// Source: the HTML standard's list of event handlers, with those of older browsers.
import { WordTable } from "../word-table";

export const enum Html {
  /** An event attribute. */
  Event = 1,
  /** A tag that runs, loads or restyles by itself. */
  ScriptTag,
  /** A tag that does so with certain attributes. */
  LoadingTag,
  /** A function or object that scripts of attackers begin with. */
  Sink,
  /** A scheme that runs script. */
  Scheme,
  /** A tag whose end leaves text that a browser does not read as markup; a value never ends one. */
  TextTag,
}

let table: WordTable | null = null;

/** Builds the table once, at configure time. */
export function prepareScriptWords(): void {
  if (table !== null) return;
  const words = WordTable.create(480);
  words.add(
    Html.Event,
    "onabort onactivate onafterprint onafterscriptexecute onafterupdate onanimationcancel onanimationend " +
      "onanimationiteration onanimationstart onariarequest onautocomplete onauxclick onbeforeactivate " +
      "onbeforecopy onbeforecut onbeforedeactivate onbeforeeditfocus onbeforeinput onbeforematch " +
      "onbeforepaste onbeforeprint onbeforescriptexecute onbeforetoggle onbeforeunload onbeforeupdate " +
      "onbegin onblur onbounce oncancel oncanplay oncanplaythrough oncellchange onchange onclick onclose " +
      "oncommand oncontentvisibilityautostatechange oncontextmenu oncontrolselect oncopy oncuechange oncut " +
      "ondataavailable ondatasetchanged ondatasetcomplete ondblclick ondeactivate ondevicemotion " +
      "ondeviceorientation ondrag ondragdrop ondragend ondragenter ondragexit ondragleave ondragover " +
      "ondragstart ondrop ondurationchange onemptied onend onended onerror onerrorupdate onexit " +
      "onfilterchange onfinish onfocus onfocusin onfocusout onformchange onformdata onforminput " +
      "onfullscreenchange ongotpointercapture onhashchange onhelp oninput oninvalid onkeydown onkeypress " +
      "onkeyup onlanguagechange onlayoutcomplete onload onloadeddata onloadedmetadata onloadend onloadstart " +
      "onlosecapture onlostpointercapture onmediacomplete onmediaerror onmessage onmessageerror onmousedown " +
      "onmouseenter onmouseleave onmousemove onmouseout onmouseover onmouseup onmousewheel onmove onmoveend " +
      "onmovestart onmozfullscreenchange onoffline ononline onorientationchange onoutofsync onpagehide " +
      "onpageshow onpagereveal onpaste onpause onplay onplaying onpointercancel onpointerdown onpointerenter " +
      "onpointerleave onpointermove onpointerout onpointerover onpointerrawupdate onpointerup onpopstate " +
      "onpopuphidden onpopupshowing onprogress onpropertychange onratechange onreadystatechange " +
      "onrejectionhandled onrepeat onreset onresize onresizeend onresizestart onresume onreverse " +
      "onrowdelete onrowenter onrowexit onrowinserted onrowsdelete onrowsenter onrowsinserted onscroll " +
      "onscrollend onscrollsnapchange onscrollsnapchanging onsearch onsecuritypolicyviolation onseek " +
      "onseeked onseeking onselect onselectionchange onselectstart onshow onslotchange onstalled onstart " +
      "onstop onstorage onsubmit onsuspend onsyncrestored ontimeerror ontimeupdate ontoggle ontouchcancel " +
      "ontouchend ontouchmove ontouchstart ontrackchange ontransitioncancel ontransitionend " +
      "ontransitionrun ontransitionstart onundo onunhandledrejection onunload onurlflip onuserproximity " +
      "onvolumechange onwaiting onwebkitanimationend onwebkitanimationiteration onwebkitanimationstart " +
      "onwebkitfullscreenchange onwebkitmouseforcechanged onwebkitmouseforcedown onwebkitmouseforceup " +
      "onwebkitplaybacktargetavailabilitychanged onwebkittransitionend onwebkitwillrevealbottom onwheel " +
      "onzoom onredo onbeforeclose oncompositionstart oncompositionend oncompositionupdate fscommand " +
      "seeksegmenttime onmozmouseenter onlocationchange onbeforeload onbroadcast oncheckboxstatechange " +
      "onradiostatechange onoverflow onunderflow ontextinput oncompassneedscalibration onsynchrestored " +
      "onautocompleteerror ongesturestart ongesturechange ongestureend ondevicelight ondeviceproximity " +
      "ondevicechange onappinstalled oncontextlost oncontextrestored onencrypted onenterpictureinpicture " +
      "onleavepictureinpicture onfullscreenerror onpageswap onscrollsnap onvrdisplayconnect onwaitingforkey " +
      "oninstalled onupdateready onupgradeneeded onversionchange onsuccess oncached onchecking ondownloading " +
      "onnoupdate onobsolete onicecandidate onloadstop onmark onnomatch onresourcetimingbufferfull onspeechend",
  );
  words.add(
    Html.ScriptTag,
    "script iframe frame frameset object embed applet bgsound layer ilayer isindex portal noembed " +
      "xss vmlframe animate set foreignobject handler fencedframe",
  );
  words.add(
    Html.LoadingTag,
    "meta link base style xml import svg math form button input body template audio video img image a " +
      "html marquee",
  );
  words.add(
    Html.Sink,
    "alert confirm prompt eval settimeout setinterval setimmediate execscript importscripts " +
      "addeventlistener msgbox print fetch",
  );
  words.add(Html.TextTag, "textarea xmp noscript noframes plaintext listing");
  words.add(Html.Scheme, "javascript vbscript livescript mocha jscript vbs");
  table = words;
}

/** Kind of a name, 0 when it is none. */
export function htmlWord(ptr: usize, length: u32): u32 {
  const words = table;
  return words === null ? 0 : words.find(ptr, length);
}
