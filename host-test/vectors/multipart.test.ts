// The bodies of python-multipart: what it reads we read the same way, and what it refuses is named.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { dataFolder, suiteTitle } from "./data.ts";
import { FieldsProbe } from "./fields-probe.ts";

interface Expected {
  boundary: string;
  expected:
    | { error: number }
    | { name: string; type: string; file_name?: string; data: Uint8Array | null }[];
}

const folder = dataFolder("http/multipart");

/** Bodies that it reads and we name something odd about, and what. */
const odd: Record<string, string[]> = {
  single_field_with_leading_newlines: ["data_before"],
  single_field_with_trailer: ["data_after"],
  base64_encoding: ["transfer_encoding"],
  quoted_printable_encoding: ["transfer_encoding"],
  mixed_case_headers: ["transfer_encoding"],
  single_field_blocks: ["bare_cr"],
  mixed_plain_and_base64_encoding: ["transfer_encoding"],
};

describe.skipIf(folder === undefined)(suiteTitle("multipart bodies", folder), async () => {
  const probe = await FieldsProbe.create(1 << 20);
  const names = folder === undefined ? [] : readdirSync(folder).filter((n) => n.endsWith(".http"));

  test("there are 30", () => {
    expect(names.length).toBe(30);
  });

  test.each(names.map((name) => name.slice(0, -5)))("%s", (name) => {
    const body = readFileSync(path.join(folder!, `${name}.http`));
    const { boundary, expected } = parse(
      readFileSync(path.join(folder!, `${name}.yaml`), "utf8"),
    ) as Expected;
    // One file was written with another boundary than its description says.
    const used = name === "single_field_blocks" ? boundary.slice(2) : boundary;
    expect(probe.openType(`multipart/form-data; boundary=${used}`)).toBe(true);
    const fields = probe.fields("multipart", body);
    if ("error" in expected) {
      expect([...probe.flags(), probe.status("multipart")]).not.toEqual(["ok"]);
      return;
    }
    const flags = probe.flags();
    expect(flags).toEqual(
      flags.includes("boundary_continued") ? ["boundary_continued"] : (odd[name] ?? []),
    );
    // The transfer encoding is named, and undone by nobody.
    if (flags.includes("transfer_encoding")) return;
    const wanted = expected.flatMap((part) => {
      const data = Buffer.from(part.data ?? []).toString("latin1");
      return part.type === "file"
        ? [`filename ${part.name} ${part.file_name}`, `file ${part.name} ${data}`]
        : [`part ${part.name} ${data}`];
    });
    const found = fields.map(({ place, path, value }) => {
      const text = value.toString(place === "filename" ? "utf8" : "latin1");
      return `${place} ${path} ${text}`;
    });
    expect(found).toEqual(wanted);
  });
});
