// Starts the verifier: the compiled program, from beside this script.
import init from "./verifier-glue.js";

await init({ module_or_path: new URL("./verifier.wasm", import.meta.url) });
