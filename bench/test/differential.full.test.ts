import { differentialSuite } from './differential-suite.ts';

differentialSuite(1000);
