import type { Evaluator } from '../evaluation/evaluator.ts';
import type { ObjectValue, ReferenceValue, Values } from '../evaluation/value.ts';
import type { Node } from '../syntax/module.ts';

/** Where a function that is called comes from: the module or global, the members taken, the instances made on the way. */
export interface Origin {
  readonly kind: 'module' | 'global';
  readonly name: string;
  /** Calls on the way: `create` of `axios.create(…).get`, `HttpClient` of `new HttpClient(…).get`. Outermost last. */
  readonly made: readonly Made[];
  /** Members taken since the last of them. */
  readonly path: readonly string[];
  readonly overlay?: ObjectValue;
}

export interface Made {
  readonly path: readonly string[];
  readonly isNew: boolean;
  readonly args: readonly Values[];
  readonly node: Node;
  readonly evaluator: Evaluator;
}

export function originOf(reference: ReferenceValue): Origin {
  const { root, path } = reference;
  const overlay = reference.overlay === undefined ? {} : { overlay: reference.overlay };
  if (root.kind === 'module')
    return { kind: 'module', name: root.name.replace(/^node:/, ''), made: [], path, ...overlay };
  if (root.kind === 'global') return globalOrigin(root.name, path, overlay);
  const inner = originOf(root.by);
  const { args, node, isNew, evaluator } = root;
  return {
    kind: inner.kind,
    name: inner.name,
    made: [...inner.made, { path: inner.path, isNew, args, node, evaluator }],
    path,
    ...overlay,
  };
}

/** `window.fetch` and `globalThis.fetch` are `fetch`. */
function globalOrigin(name: string, path: readonly string[], overlay: Pick<Origin, 'overlay'>): Origin {
  const [first, ...rest] = path;
  if (first !== undefined && /^(window|globalThis|global|self)$/.test(name))
    return { kind: 'global', name: first, made: [], path: rest, ...overlay };
  return { kind: 'global', name, made: [], path, ...overlay };
}
