// Signing in by a passkey, on a page that works without this script. The button appears where the browser can do it, and
// the address field offers passkeys among what it fills in.
const place = document.querySelector("#passkey");
const { PublicKeyCredential, navigator } = window;
// Browsers that turn the server's JSON into what they want, and back: since 2023 to 2025.
const able = PublicKeyCredential?.parseRequestOptionsFromJSON && PublicKeyCredential.prototype.toJSON;
// A new offer before the last one is over, which counts for ten minutes.
const RENEWED = 9 * 60_000;
let waiting;

async function post(path, body) {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

/** Asks the browser for a passkey, and goes in with it. One question at a time: a new one takes the place of the last. */
async function enter(mediation) {
  waiting?.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  const { token, options } = await post("/api/v1/session/passkey/offer", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey, mediation, signal });
  await post("/api/v1/session/passkey", { token, credential: credential.toJSON() });
  location.assign(place.dataset.to);
}

async function offer() {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const again = setTimeout(offer, RENEWED);
  // Whoever leaves the suggestion alone is told nothing; one that was refused is told below.
  await enter("conditional").catch((error) => {
    clearTimeout(again);
    if (!(error instanceof DOMException)) tell();
  });
}

function tell() {
  place.querySelector("[role=alert]").hidden = false;
}

if (place && able) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => enter("optional").catch(() => (tell(), offer())));
  offer();
}
