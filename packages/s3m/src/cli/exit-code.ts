/** What the command's exit status means (CONTRACTS: engine and command). */
export const exitCode = {
  done: 0,
  failed: 1,
  undecided: 2,
  wrongUsage: 3,
  interrupted: 130,
} as const;
