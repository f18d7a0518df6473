import type { Frame } from './frame.ts';

/** What a part of a template asks of those around it: to leave the loop, or to end. */
export type Signal = 'break' | 'stop' | undefined;

/** A compiled part of a template, which writes to the frame. */
export type Render = (frame: Frame) => Signal;
