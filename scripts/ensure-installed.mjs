// Runs before the first scripts of a newcomer: installs the dependencies of the lock file if they are missing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

requireNode(readJson('package.json').engines.node.replace('>=', ''));
if (!isInstalled()) install();

function requireNode(minimum) {
  const [wantedMajor, wantedMinor] = minimum.split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  fail(`Node.js must be ${minimum} or newer. This is ${process.versions.node}.`);
}

/**
 * Compares with the copy of the lock file that npm leaves in `node_modules`. That copy lacks optional packages of other
 * systems.
 */
function isInstalled() {
  let installed;
  try {
    installed = readJson('node_modules/.package-lock.json').packages;
  } catch {
    return false;
  }
  const { '': _root, ...locked } = readJson('package-lock.json').packages;
  const isSame = (path) => installed[path]?.version === locked[path]?.version;
  return (
    Object.keys(locked).every((path) => isSame(path) || (locked[path].optional && !installed[path])) &&
    Object.keys(installed).every(isSame)
  );
}

function install() {
  console.log('Installing the dependencies of package-lock.json (npm ci) …');
  const { status, stdout, stderr } = spawnSync('npm ci --include=dev --no-audit --no-fund --loglevel=error', {
    cwd: root,
    encoding: 'utf8',
    shell: true,
  });
  if (status !== 0) fail(`${stdout}${stderr}\nnpm ci failed. The reason is above.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
