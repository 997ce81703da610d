import { differentialSuite } from './differential-suite.ts';

differentialSuite(50, 1);
