import { checkGeneratedDocuments } from './generated-documents.ts';
import { checkLayers } from './layers.ts';
import { checkCitedFacts } from './cited-facts.ts';
import { checkNames } from './file-names.ts';

const write = process.argv.includes('--write');
const problems = [...checkLayers(), ...checkNames(), ...checkCitedFacts(), ...(await checkGeneratedDocuments(write))];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
