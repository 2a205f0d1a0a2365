import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

let miniflare;

/** One request. A call that never ends gives `no response`. */
async function get(route) {
  const response = miniflare.dispatchFetch(`http://worker/${route}`).then((answer) => answer.text());
  return Promise.race([response, sleep(20_000, 'no response', { ref: false })]);
}

before(async () => {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/worker.mjs`], bundle: true, format: 'esm', write: false,
  });
  const script = outputFiles[0].text;
  miniflare = new Miniflare({ modules: true, script, compatibilityDate: '2025-01-01' });
});

after(() => miniflare.dispose());

describe('in workerd, after a request that has ended', () => {
  for (const [route, response] of [
    ['hang', 'ERR_CIRCUIT_TIMEOUT'],
    ['ownTimeout', 'ERR_CIRCUIT_TIMEOUT'],
    ['stream', 'ERR_CIRCUIT_TIMEOUT'],
    ['retry', '3'],
  ]) {
    it(`${route} ends by a timer of its own request`, async () => {
      await get('quick');

      assert.equal(await get(route), response);
    });
  }

  it('calls of two requests at the same time end by their own timers', async () => {
    const responses = await Promise.all([get('slow'), get('hang'), get('stream'), get('hang')]);

    assert.deepEqual(responses, ['ok', ...Array(3).fill('ERR_CIRCUIT_TIMEOUT')]);
  });

  it('a call that was left in flight frees its place', async () => {
    assert.equal(await get('leave'), 'left');
    assert.equal(await get('narrow'), 'ERR_BULKHEAD_FULL');

    await sleep(1_500);
    // Notices that the call has timed out. Its operation may still run, and keeps its place for `maxAbandonedMs`.
    assert.equal(await get('narrow'), 'ERR_BULKHEAD_FULL');
    await sleep(50);

    assert.equal(await get('narrow'), 'ok');
    await get('hang');
    assert.equal(await get('inFlight'), '0,0');
  });

  it('a health check is asked by a later request', async () => {
    assert.equal(await get('trip'), 'open');
    await sleep(1_300);

    await get('rejected');

    assert.equal(await get('checks'), 'true');
  });
});
