import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

const PAGE = '<script type="module" src="/chromium/page.mjs"></script>';

const isInstalled = () => spawnSync('chromium', ['--version']).status === 0;
if (!isInstalled() && process.getuid?.() === 0) {
  spawnSync('apt-get', ['update', '-q']);
  spawnSync('apt-get', ['install', '-y', '-q', 'chromium'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
const skip = isInstalled() ? false : 'Chromium is missing. Install the package `chromium`.';

/** Serves the page and `dist`. Resolves with what the page reports. */
function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (pathname === '/ok') response.end('ok');
    else if (pathname === '/drip') response.write('drip');
    else if (pathname === '/result') {
      let text = '';
      request.on('data', (chunk) => { text += chunk; });
      request.on('end', () => server.emit('report', JSON.parse(text)));
    } else if (/^\/(dist\/.*|chromium\/page\.m)js$/.test(pathname)) {
      const folder = pathname.startsWith('/dist/') ? '..' : '.';
      response.setHeader('content-type', 'text/javascript').end(readFileSync(join(folder, pathname)));
    } else response.writeHead(404).end();
  });
  return server.listen(0);
}

test('timeouts, aborts and waits work in Chromium', { skip }, async () => {
  const server = serve();
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const address = `http://localhost:${server.address().port}/`;
  const browser = spawn('chromium', [...FLAGS, `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
  try {
    const report = await new Promise((done, failed) => {
      server.on('report', done);
      browser.on('exit', (code) => failed(new Error(`Chromium ended with ${code}.`)));
      setTimeout(failed, 60_000, new Error('Chromium did not report within a minute.')).unref();
    });
    assert.deepEqual(report, {
      'a call that hangs': 'CircuitBreakerTimeoutError',
      'a stream that hangs': 'CircuitBreakerTimeoutError',
      'a permit that is forgotten': 'CircuitBreakerTimeoutError',
      'the body of a response, after an abort': 'AbortError',
      'a circuit that opens, waits and closes': 'open, half_open, closed',
    });
  } finally {
    browser.removeAllListeners('exit');
    browser.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    await new Promise((done) => setTimeout(done, 200));
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
