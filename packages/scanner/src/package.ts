import manifest from '../package.json' with { type: 'json' };

/** The version of the package. */
export const VERSION: string = manifest.version;

/** Where the project is at home; the pages of the rules stand there too. */
export const HOME: string = manifest.homepage;
