// @ts-check
/**
 * Says on stderr which case runs and how far it is: one line that is rewritten in a terminal, plain lines elsewhere.
 *
 * @param {number} total  How many cases there are.
 */
export function startProgress(total) {
  const { stderr } = process;
  const beganAt = performance.now();
  let number = 0;
  let title = '';
  let startedAt = beganAt;
  let saidAt = beganAt;

  const say = (/** @type {string} */ text) => stderr.write(`${text}\n`);
  const head = () => `[${String(number).padStart(String(total).length)}/${total}] ${title}`;
  const rewrite = (/** @type {string} */ text) => stderr.write(`\r\u001b[2K${text}`);

  return {
    say,
    /** @param {string} nextTitle */
    start(nextTitle) {
      number += 1;
      title = nextTitle;
      startedAt = performance.now();
      saidAt = startedAt;
      if (stderr.isTTY) rewrite(head());
      else say(head());
    },
    /** @param {number} share  0 to 1. */
    update(share) {
      const text = `${head()} … ${Math.round(share * 100)} %`;
      if (stderr.isTTY) rewrite(text);
      else if (performance.now() - saidAt > 5_000) {
        saidAt = performance.now();
        say(text);
      }
    },
    finish() {
      const text = `${head()}: done in ${seconds(startedAt)} (${seconds(beganAt)} in all)`;
      if (stderr.isTTY) rewrite(`${text}\n`);
      else say(text);
    },
  };
}

const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
