import { loadCases } from './load-cases.ts';
import { testCases } from './test-cases.ts';

await testCases(
  'what AWS answers by the facts',
  loadCases().filter(({ file }) => file !== 'aws-cases'),
);
