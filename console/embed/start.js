// Starts the console: the compiled program, from beside this script.
import init from "./console-glue.js";

await init({ module_or_path: new URL("./console.wasm", import.meta.url) });
