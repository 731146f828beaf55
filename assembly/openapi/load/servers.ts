// Base paths of servers: what stands between the host and the paths of the document. Hosts are not compared.
// Source: OpenAPI 3.0.4 §4.7.5, §4.7.6; 3.1.1 §4.8.5, §4.8.6.
import { member, nameOf, objectMember, textOf } from "../../schema/load/rows";
import { JsonEvent } from "../../json/event";
import { kindOf } from "../../schema/tape";
import { Source } from "./source";

/** Base paths that one path can have. */
const MAX_BASES: i32 = 64;

/** Base paths of an object's `servers`, without a slash at the end; null: it has none of its own. */
export function basePaths(source: Source, row: usize): string[] | null {
  const servers = source.elements(row, "servers");
  if (servers.length == 0) return null;
  const paths: string[] = [];
  for (let i = 0; i < servers.length; i++) {
    const server = source.object(servers[i]);
    if (server == 0) continue;
    const urls = expanded(source, source.text(server, "url"), server);
    for (let k = 0; k < urls.length; k++) {
      const path = pathOf(urls[k]);
      if (!paths.includes(path) && paths.length < MAX_BASES) paths.push(path);
    }
  }
  return paths;
}

/** The URL with every combination of its variables: those of `enum`, or the default. */
function expanded(source: Source, url: string, server: usize): string[] {
  let urls: string[] = [url];
  const variables = objectMember(server, "variables");
  const names = variables == 0 ? [] : source.members(server, "variables");
  for (let i = 0; i < names.length; i++) {
    const token = `{${nameOf(names[i])}}`;
    const next: string[] = [];
    if (url.indexOf(token) < 0) continue;
    const variable = source.object(names[i]);
    const values = variable == 0 ? [""] : valuesOf(source, variable);
    for (let k = 0; k < urls.length; k++) {
      for (let v = 0; v < values.length && next.length < MAX_BASES; v++) {
        next.push(urls[k].replaceAll(token, values[v]));
      }
    }
    urls = next;
  }
  return urls;
}

function valuesOf(source: Source, variable: usize): string[] {
  const values: string[] = [];
  const list = source.elements(variable, "enum");
  for (let i = 0; i < list.length; i++) {
    if (kindOf(list[i]) == JsonEvent.String) values.push(textOf(list[i]));
  }
  if (values.length > 0) return values;
  const fallback = source.text(variable, "default");
  if (member(variable, "default") == 0) {
    source.fault(variable, "the variable has no default", 'add "default"');
  }
  return [fallback];
}

/** The path of an absolute or relative URL; "" for the root. */
export function pathOf(url: string): string {
  let path = url;
  const scheme = path.indexOf("://");
  if (scheme >= 0) path = path.substring(scheme + 1);
  if (path.startsWith("//")) {
    const slash = path.indexOf("/", 2);
    path = slash < 0 ? "" : path.substring(slash);
  }
  const end = min(indexOr(path, "?"), indexOr(path, "#"));
  path = path.substring(0, end);
  while (path.endsWith("/")) path = path.substring(0, path.length - 1);
  if (path.length > 0 && !path.startsWith("/")) path = "/" + path;
  return path;
}

function indexOr(text: string, mark: string): i32 {
  const at = text.indexOf(mark);
  return at < 0 ? text.length : at;
}
