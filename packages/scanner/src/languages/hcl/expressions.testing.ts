import { readFileSync } from 'node:fs';

/** Expressions whose values Terraform itself is asked for: written by hand by subject (`expressions.txt`, one a line), and generated. */
export const EXPRESSIONS: readonly string[] = readFileSync(new URL('./expressions.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

/** Heredocs: text of the whole expression. They must not fail, since nothing can be tried around them. */
export const HEREDOCS: readonly string[] = [
  '<<EOT\nplain\n  indented\nEOT\n',
  '<<-EOT\n    four\n      six\n    four\n  EOT\n',
  '<<-EOT\n    four\n\n      six\n  \n    four\n  EOT\n',
  '<<-EOT\n\ttab\n\t\ttwo\n\tEOT\n',
  '<<-EOT\n    ${"a"} start\n      b\n    EOT\n',
  '<<-EOT\n${"a"} start\n      b\n    EOT\n',
  '<<-EOT\n    %{ if true }\n    yes\n    %{ else }\n    no\n    %{ endif }\n    EOT\n',
  '<<-EOT\n    %{ if true ~}\n    yes\n    %{ endif ~}\n    end\n    EOT\n',
  '<<EOT\n%{ for x in ["a", "b"] ~}\n  item ${x}\n%{ endfor ~}\nEOT\n',
  '<<EOT\n%{ for x in ["a", "b"] }\n  item ${x}\n%{ endfor }\nEOT\n',
  '<<-EOT\n  %{~ for x in ["a", "b"] ~}\n  item ${x}\n  %{~ endfor ~}\n  EOT\n',
  '<<EOT\n\n\n  x ${~ "y" ~}   \n\n  z\nEOT\n',
  '<<EOT\nEOT\n',
  '<<EOT\n\nEOT\n',
  '<<EOT\n$${not} %%{no} $$ % $ {x} \\n "q"\nEOT\n',
  '<<-EOT\n    #!/bin/bash\n    TOKEN=$(curl -s -X PUT "http://169.254.169.254/latest/api/token")\n    if [ -z "$TOKEN" ]; then\n      exit 1\n    fi\n    EOT\n',
  '<<EOT\nA\r\n  B\r\nEOT\n',
  '<<-EOT\n    é ${"😀"}\n      ü\n    EOT\n',
];

/** Files that `file` and `templatefile` read. */
export const FILES: Readonly<Record<string, string>> = {
  'hello.txt': 'Hello, file! ${not_a_template}\n',
  'plain.tpl':
    'port ${port}\n%{ for addr in ip_addrs ~}\nbackend ${addr}:${port}\n%{ endfor ~}\n$${HOME} $HOME %%{x}\n',
  'strip.tpl':
    '  a\n  %{~ if on ~}\n  on\n  %{~ else ~}\n  off\n  %{~ endif ~}\n\n%{ for k, v in names }[${k}=${v}]%{ endfor }\n',
  'crlf.tpl': 'a ${x}\r\nb\r\n',
};

/** Expressions made at random from a seed: numbers, strings, booleans, lists and objects inside each other. */
export function generatedExpressions(count: number, seed: number): readonly string[] {
  const random = generator(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const many = (of: () => string): string => Array.from({ length: Math.floor(random() * 4) }, of).join(', ');
  const num = (depth: number): string =>
    depth === 0
      ? String(Math.floor(random() * 20) - 5)
      : pick([
          () => num(0),
          () => `(${num(depth - 1)} ${pick(['+', '-', '*'])} ${num(depth - 1)})`,
          () => `length(${pick([strs, nums, obj])(depth - 1)})`,
          () => `${pick(['abs', 'ceil', 'floor', 'signum'])}(${num(depth - 1)})`,
          () => `${pick(['max', 'min'])}(${num(depth - 1)}, ${num(depth - 1)})`,
          () => `(${bool(depth - 1)} ? ${num(depth - 1)} : ${num(depth - 1)})`,
          () => `try(${nums(depth - 1)}[${String(Math.floor(random() * 3))}], ${num(0)})`,
          () => `sum(concat([0], ${nums(depth - 1)}))`,
        ])();
  const str = (depth: number): string =>
    depth === 0
      ? pick(['"a"', '"b c"', '""', '"x,y"', '"Zé"', '"line\\nnext"', '"  pad "', '"http://h/p"'])
      : pick([
          () => str(0),
          () => `"<\${${pick([str, num])(depth - 1)}}>"`,
          () => `${pick(['upper', 'lower', 'trimspace', 'title', 'strrev', 'chomp'])}(${str(depth - 1)})`,
          () => `replace(${str(depth - 1)}, ${pick(['"a"', '"/[xy]/"', '" "'])}, ${str(0)})`,
          () => `join(${pick(['","', '""', '"\\n"'])}, ${strs(depth - 1)})`,
          () => `format(${pick(['"%s-%s"', '"%5s|%s"', '"%v/%v"'])}, ${str(depth - 1)}, ${str(depth - 1)})`,
          () => `(${bool(depth - 1)} ? ${str(depth - 1)} : ${str(depth - 1)})`,
          () => `lookup(${obj(depth - 1)}, ${str(0)}, ${str(0)})`,
          () => `jsonencode(${pick([obj, strs, nums])(depth - 1)})`,
          () => `base64encode(${str(depth - 1)})`,
          () => `substr(${str(depth - 1)}, 0, ${String(Math.floor(random() * 4))})`,
          () => `indent(2, ${str(depth - 1)})`,
          () => `trimprefix(${str(depth - 1)}, "a")`,
        ])();
  const bool = (depth: number): string =>
    depth === 0
      ? pick(['true', 'false'])
      : pick([
          () => bool(0),
          () => `(${num(depth - 1)} ${pick(['<', '<=', '>', '>=', '==', '!='])} ${num(depth - 1)})`,
          () => `(${bool(depth - 1)} ${pick(['&&', '||'])} ${bool(depth - 1)})`,
          () => `!${bool(depth - 1)}`,
          () => `contains(${strs(depth - 1)}, ${str(0)})`,
          () => `can(${obj(depth - 1)}.a)`,
          () => `(${str(depth - 1)} ${pick(['==', '!='])} ${str(depth - 1)})`,
          () => `startswith(${str(depth - 1)}, ${str(0)})`,
        ])();
  const strs = (depth: number): string =>
    depth === 0
      ? `[${many(() => str(0))}]`
      : pick([
          () => `[${many(() => str(depth - 1))}]`,
          () => `[for v in ${strs(depth - 1)} : upper(v)]`,
          () => `[for v in ${strs(depth - 1)} : v if v != ""]`,
          () => `${pick(['sort', 'distinct', 'reverse', 'compact'])}(${strs(depth - 1)})`,
          () => `concat(${strs(depth - 1)}, ${strs(depth - 1)})`,
          () => `split(${pick(['","', '" "'])}, ${str(depth - 1)})`,
          () => `keys(${obj(depth - 1)})`,
          () => `flatten([${strs(depth - 1)}, [${strs(depth - 1)}]])`,
          () => `tolist(toset(${strs(depth - 1)}))`,
          () => `[for k, v in ${obj(depth - 1)} : "\${k}=\${v}"]`,
        ])();
  const nums = (depth: number): string => `[${many(() => num(depth))}]`;
  const obj = (depth: number): string =>
    depth === 0
      ? `{ ${pick(['a = "1"', 'b = "2", a = "x"', '"k k" = "v"', ''])} }`
      : pick([
          () => `{ a = ${str(depth - 1)}, c = ${str(depth - 1)} }`,
          () => `merge(${obj(depth - 1)}, ${obj(depth - 1)})`,
          () => `{ for v in toset(${strs(depth - 1)}) : v => upper(v) }`,
          () => `{ for k, v in ${obj(depth - 1)} : upper(k) => v }`,
          () => `zipmap(["p", "q"], [${str(depth - 1)}, ${str(depth - 1)}])`,
        ])();
  return Array.from({ length: count }, () => pick([num, str, bool, strs, nums, obj])(3));
}

/** Equal numbers for equal seeds (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
