// A text is tidied here as in `shared`: both are held to the same vectors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tidy } from '../tidy.js';

const vectors = JSON.parse(readFileSync(new URL('../../../shared/tests/vectors/tidy_v1.json', import.meta.url)));

test('a text is tidied as the server tidies it', () => {
  assert.ok(vectors.length > 10);
  for (const [given, kept] of vectors) assert.equal(tidy(given), kept, JSON.stringify(given));
});
