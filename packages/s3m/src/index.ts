export { startEngine as up, type Engine as App } from './engine/engine.ts';
export type { EngineOptions } from './engine/engine-options.ts';
export type { EngineEvent, Endpoints, Ready, StackOutputs } from './engine/engine-event.ts';
export { EngineFailure, type Problem } from './engine/problem.ts';
export type { MintedToken, TokenRequest } from './engine/mint-token.ts';
export type { Trace } from './trace/trace.ts';
