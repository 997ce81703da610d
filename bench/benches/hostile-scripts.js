// @ts-check
/** Scripts that try to keep an analyser busy, by name. Each is small or a few hundred kilobytes, and asks for metadata. */

const ASK = 'curl -s http://169.254.169.254/latest/meta-data/mac\n';

/** @type {ReadonlyMap<string, string>} */
export const HOSTILE = new Map([
  ['substitutions in substitutions, 20,000 deep', `${'echo $('.repeat(20_000)}${ASK}${')'.repeat(20_000)}\n${ASK}`],
  ['quoted substitutions, 20,000 deep', `${'echo "$('.repeat(20_000)}${ASK}${')"'.repeat(20_000)}\n${ASK}`],
  ['subshells in subshells, 20,000 deep', `${'('.repeat(20_000)}${ASK}${')'.repeat(20_000)}\n${ASK}`],
  ['conditions in conditions, 5,000 deep', `${'if true; then\n'.repeat(5000)}${ASK}${'fi\n'.repeat(5000)}${ASK}`],
  ['10,000 functions, each calls the one before', calls(10_000)],
  ['10,000 functions that nobody calls', `${uncalled(10_000)}${ASK}`],
  ['10,000 functions that nobody calls and that name each other', calls(10_000).replace(/f10000\n/, '')],
  ['30 functions, each calls the one before twice', doublings(30)],
  ['a function that calls itself twice', `f() {\n  f\n  f\n  ${ASK}}\nf\n${ASK}`],
  ['a value that doubles 60 times', `${doubling(60)}curl -s "$V"\n${ASK}`],
  ['60 conditions that nobody knows', `${unknowns(60)}curl -s "http://169.254.169.254/latest/$V"\n${ASK}`],
  ['a value with 16 alternatives, squared 30 times', `${squares(30)}curl -s "$V"\n${ASK}`],
  ['eval in eval, 5,000 deep', `${'eval '.repeat(5000)}${ASK}${ASK}`],
  ['a command string that runs itself', `C='eval "$C"; eval "$C"'\neval "$C"\n${ASK}`],
  ['braces in braces', `echo ${'{a,b}'.repeat(60)}\n${ASK}`],
  ['loops in loops over 64 words', `${loops(8)}\n${ASK}`],
  ['a loop without an end', `while true; do\n${ASK}X+=x\ndone\n${ASK}`],
  [
    'a regular expression that backtracks',
    `[[ ${'a'.repeat(900)} =~ ^(a+)+$b ]]\n[[ ${'a'.repeat(900)} =~ a*a*a*a*a*b ]]\n${ASK}`,
  ],
  [
    'a pattern that backtracks',
    `V=${'a'.repeat(2000)}\nV=\${V##${'*a'.repeat(30)}b}\ncase $V in ${'*a'.repeat(30)}b) ;; esac\n${ASK}`,
  ],
  ['a pipeline of 180,000 commands', `${'true | '.repeat(180_000)}${ASK}`],
  ['a list of 180,000 commands', `${'true && '.repeat(180_000)}${ASK}`],
  ['180,000 commands, one after the other', `${'true\n'.repeat(180_000)}${ASK}`],
  ['1 MB of quotes that never close', `${ASK}echo "${"'$(`".repeat(250_000)}`],
]);

/** @param {number} count */
function calls(count) {
  return `f0() { ${ASK}}\n${Array.from({ length: count }, (_, i) => `f${i + 1}() { f${i}; }\n`).join('')}f${count}\n${ASK}`;
}

/** @param {number} count */
function uncalled(count) {
  return Array.from({ length: count }, (_, i) => `f${i}() { echo "$1" "$X${i}"; X${i}=$1; }\n`).join('');
}

/** @param {number} count */
function doublings(count) {
  return `f0() { ${ASK}}\n${Array.from({ length: count }, (_, i) => `f${i + 1}() { f${i}; f${i}; }\n`).join('')}f${count}\n${ASK}`;
}

/** @param {number} count */
function doubling(count) {
  return `V=http://169.254.169.254/\n${'V="$V$V"\n'.repeat(count)}`;
}

/** @param {number} count */
function unknowns(count) {
  return Array.from({ length: count }, (_, i) => `if [ "$A${i}" = x ]; then V="$V${i}"; else V="\${V}b"; fi\n`).join(
    '',
  );
}

/** @param {number} count */
function squares(count) {
  const arms = Array.from({ length: 16 }, (_, i) => `${i}) V=a${i} ;;\n`).join('');
  return `case $X in\n${arms}esac\n${'V="$V$V"\n'.repeat(count)}`;
}

/** @param {number} depth */
function loops(depth) {
  const words = Array.from({ length: 64 }, (_, i) => `w${i}`).join(' ');
  return `${Array.from({ length: depth }, (_, i) => `for v${i} in ${words}; do\n`).join('')}${ASK}${'done\n'.repeat(depth)}`;
}
