// One demo for every test that only looks, or answers without counting.
import { welcome } from './campaign';
import { start } from './server';

export default async function setup() {
  const demo = await start();
  await welcome(demo);
  process.env.FANFARE_URL = demo.url;
  process.env.FANFARE_BRAND_URL = demo.brandUrl;
  return async () => {
    const code = await demo.stop();
    await demo.remove();
    if (code !== 0) throw new Error(`fanfare ended with ${code}:\n${demo.lines.join('\n')}`);
  };
}
