import type { LanguageId } from 'imdsv2-core';
import type { FrontEnd } from './front-end.ts';

/** A front end that is loaded when the first document of one of its languages is met. */
export interface RegisteredFrontEnd {
  readonly name: string;
  /** The same list as the front end's own (a test holds them equal): it is needed before the front end is loaded. */
  readonly languages: readonly LanguageId[];
  readonly load: () => Promise<FrontEnd>;
}

/** Every front end, one line each. A language belongs to one; what is not here is counted as of another kind. */
export const FRONT_ENDS: readonly RegisteredFrontEnd[] = [
  { name: 'shell', languages: ['shell'], load: async () => (await import('./shell/index.ts')).frontEnd },
  { name: 'user-data', languages: ['user-data'], load: async () => (await import('./user-data/index.ts')).frontEnd },
  { name: 'cloud-init', languages: ['cloud-init'], load: async () => (await import('./cloud-init/index.ts')).frontEnd },
  { name: 'template', languages: ['template'], load: async () => (await import('./template/index.ts')).frontEnd },
  { name: 'yaml', languages: ['yaml'], load: async () => (await import('./yaml/index.ts')).frontEnd },
  { name: 'terraform', languages: ['terraform'], load: async () => (await import('./terraform/index.ts')).frontEnd },
  { name: 'packer', languages: ['packer'], load: async () => (await import('./packer/index.ts')).frontEnd },
  {
    name: 'cloudformation',
    languages: ['cloudformation'],
    load: async () => (await import('./cloudformation/index.ts')).frontEnd,
  },
  { name: 'json', languages: ['json'], load: async () => (await import('./json/index.ts')).frontEnd },
  { name: 'dockerfile', languages: ['dockerfile'], load: async () => (await import('./dockerfile/index.ts')).frontEnd },
  { name: 'makefile', languages: ['makefile'], load: async () => (await import('./makefile/index.ts')).frontEnd },
  { name: 'systemd', languages: ['systemd'], load: async () => (await import('./systemd/index.ts')).frontEnd },
  { name: 'crontab', languages: ['crontab'], load: async () => (await import('./crontab/index.ts')).frontEnd },
  { name: 'xml', languages: ['xml'], load: async () => (await import('./xml/index.ts')).frontEnd },
  {
    name: 'manifests',
    languages: ['manifest'],
    load: async () => (await import('./manifests/index.ts')).frontEnd,
  },
  { name: 'text', languages: ['text'], load: async () => (await import('./text/index.ts')).frontEnd },
  { name: 'javascript', languages: ['javascript'], load: async () => (await import('./javascript/index.ts')).frontEnd },
  { name: 'python', languages: ['python'], load: async () => (await import('./python/index.ts')).frontEnd },
  { name: 'powershell', languages: ['powershell'], load: async () => (await import('./powershell/index.ts')).frontEnd },
  { name: 'batch', languages: ['batch'], load: async () => (await import('./batch/index.ts')).frontEnd },
];
