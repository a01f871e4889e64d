// Signatures for a browser whose WebCrypto has no Ed25519 (Chrome before 137, Firefox before 129, Safari before 17).
// Fetched by those alone, the first time they check a receipt.

import { verifyAsync } from '@noble/ed25519';

/** Strictly (protocol, section 2): canonical encodings only, no point of small order. */
export const verify = (signature, message, key) => verifyAsync(signature, message, key, { zip215: false });
