import { oracleSuite } from './oracle-suite.ts';

oracleSuite(8);
