import { defineConfig } from 'tsdown';
import { base } from '../../scripts/build/tsdown.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/shell/index.ts'],
  // The core runs in a browser as well: the build fails where something asks for Node.
  platform: 'neutral',
});
