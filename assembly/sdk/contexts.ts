// From context ids to objects. One table holds roots and streams, since Envoy numbers both with one
// counter; the value is the object's address, with the lowest bit set for a root (objects are 16-byte
// aligned). Plugins are kept reachable by a list, streams by their plugin, so the table itself needs
// no part in garbage collection. Ids nobody knows are answered with null, never with a trap.
import { IdTable } from "../base/id-table";
import { HttpStream } from "./http-stream";
import { Plugin } from "./plugin";

const rootTag: u32 = 1;

let table: IdTable = changetype<IdTable>(0); // Set by install, which runs before any callback.
let factory: (() => Plugin) | null = null;
let firstRoot: Plugin | null = null;

/** Says which plugin this module is. Called once, at the top of a filter's entry file. */
export function install(make: () => Plugin): void {
  table = IdTable.create();
  factory = make;
}

/** What the id stands for: 0 nothing. */
function find(id: u32): u32 {
  return table.find(id);
}

/** Does it stand for a root? */
function isRoot(found: u32): bool {
  return (found & rootTag) != 0;
}

/** The plugin that `found` stands for, if it is a root. */
function pluginOf(found: u32): Plugin {
  return changetype<Plugin>(<usize>(found & ~rootTag)); // Kept alive by the list (file header).
}

/** The stream that `found` stands for, if it is neither 0 nor a root. */
function streamOf(found: u32): HttpStream {
  return changetype<HttpStream>(<usize>found); // Kept alive by its plugin (file header).
}

/** The live stream with this id, or null: keep ids, not streams, across callbacks. */
export function findStream(id: u32): HttpStream | null {
  const found = find(id);
  return found == 0 || isRoot(found) ? null : streamOf(found);
}

/** The live plugin with this root id, or null. */
export function findPlugin(id: u32): Plugin | null {
  const found = find(id);
  return isRoot(found) ? pluginOf(found) : null;
}

/** Makes the plugin of a new root context. */
export function addRoot(id: u32): void {
  const make = factory;
  if (make === null || find(id) != 0) return;
  const plugin = make();
  plugin.rootId = id;
  plugin.nextRoot = firstRoot;
  firstRoot = plugin;
  table.set(id, (<u32>changetype<usize>(plugin)) | rootTag);
}

/** Takes a stream from the pool of `plugin` and gives it the id. */
export function addStream(id: u32, plugin: Plugin): HttpStream | null {
  if (table.find(id) != 0) return null;
  const stream = plugin.acquire(id);
  table.set(id, <u32>changetype<usize>(stream));
  return stream;
}

/** Forgets a stream; the last one of a deleted root takes the root with it. */
export function removeStream(stream: HttpStream): void {
  table.remove(stream.contextId);
  const plugin = changetype<Plugin>(stream.root); // Streams are made by plugins only (addStream).
  plugin.release(stream);
  retire(plugin);
}

/** Forgets a root. Its object stays while streams of it are alive. */
export function removeRoot(plugin: Plugin): void {
  table.remove(plugin.rootId);
  plugin.deleted = true;
  retire(plugin);
}

/** Lets a plugin go that was deleted and has no streams any more. */
function retire(gone: Plugin): void {
  if (!gone.deleted || gone.liveStreams != 0) return;
  let before: Plugin | null = null;
  let at = firstRoot;
  while (at !== null && at != gone) {
    before = at;
    at = at.nextRoot;
  }
  if (at === null) return;
  if (before === null) firstRoot = at.nextRoot;
  else before.nextRoot = at.nextRoot;
  at.nextRoot = null;
}
