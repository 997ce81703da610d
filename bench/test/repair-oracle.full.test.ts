import { repairOracleSuite } from './repair-oracle-suite.ts';

repairOracleSuite(1);
