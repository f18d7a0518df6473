import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours text for a terminal; plain text where there is none, or where `NO_COLOR` is set. */
export function painter(stream: NodeJS.WriteStream): (style: Style, text: string) => string {
  return (style, text) => styleText(style, text, { stream, validateStream: true });
}
