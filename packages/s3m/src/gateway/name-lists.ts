/**
 * Lists of names that are nearly always the same from one request to the next. Handing out the former list instead of an equal new one lets
 * thousands of traces share one.
 */
export class NameLists {
  #last: readonly string[] = [];

  /** The former list when it is equal, else this one. */
  share(list: readonly string[]): readonly string[] {
    const last = this.#last;
    if (list.length === last.length && list.every((name, index) => name === last[index])) return last;
    this.#last = list;
    return list;
  }
}
