#!/usr/bin/env node
// The installed program; everything is in ../dist, which `npm run build:node` makes from the TypeScript sources.
import { main } from "../dist/cli/main.js";
await main();
