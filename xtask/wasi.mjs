// Runs one test program compiled for WASI: it gets its arguments, a stdout and nothing else of this machine.
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [program, ...args],
  // A panic ends the program, so what it says must not wait for the end of the test.
  env: { RUST_TEST_NOCAPTURE: '1' },
  returnOnExit: true,
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
