// Starts the console: the compiled program, from beside this script.
import init from "./console-glue.js";

// The build writes them in: what other pages need, and the first one does not.
const pieces = [];

await init({ module_or_path: new URL("./console.wasm", import.meta.url) });

// One at a time, with the lowest priority: what somebody waits for goes first.
function fetchAhead() {
  const piece = pieces.shift();
  if (!piece) return;
  const link = document.createElement("link");
  const href = new URL(piece, import.meta.url);
  Object.assign(link, { rel: "prefetch", as: "fetch", crossOrigin: "", href });
  link.onload = link.onerror = fetchAhead;
  document.head.append(link);
}

// The first page still asks for what it shows. Whoever pays for bytes fetches what they open.
if (!navigator.connection?.saveData) setTimeout(fetchAhead, 2000);
