// Door of the vendor packs, published as meshwarden/vendors: apart from the core, so that nobody pays for them unasked.
export { assemblyscript } from "./assemblyscript.ts";
export { gcore, type GcoreOptions } from "./gcore.ts";
export { higress, type HigressOptions } from "./higress.ts";
export type { VendorFunction, VendorGuest, VendorPack } from "../vendor-guest.ts";
