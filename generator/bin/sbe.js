#!/usr/bin/env node
// From Node 22 on, what V8 compiled is kept for the next start.
require("node:module").enableCompileCache?.();
require("../dist/bundle/sbe.cjs");
