/** S3's times in documents: whole seconds, written with thousandths. */
export function xmlTime(date: Date): string {
  return date.toISOString().replace(/\.\d+/, '.000');
}
