// A description once loaded: routes to operations, and what is wrong with it.
import { SchemaCompiler } from "../schema/load/compiler";
import { SchemaFault } from "../schema/load/node-source";
import { Resource } from "../schema/node";
import { Operation } from "./model";
import { Router } from "./router";

@final
export class Api {
  readonly router: Router;
  /** Of the schemas, for a validator. */
  resources: Resource[] = [];
  operations: Operation[] = [];
  /** Empty for a description that can be used. */
  faults: SchemaFault[] = [];

  constructor(
    private schemas: SchemaCompiler,
    seed: u64,
  ) {
    this.router = new Router(seed);
  }

  /** Gives back what is not managed; nothing can be judged afterwards. */
  dispose(): void {
    this.schemas.dispose();
  }
}
