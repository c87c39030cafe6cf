// Names things in a sentence.

/** The first names of a list that may be long, in words. */
export const listed = (names: readonly string[]): string =>
  names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
    : names.join(' and ')
