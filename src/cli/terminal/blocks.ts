// Puts blocks of lines together.

/** The lines of all blocks that have any, with an empty line between two blocks. */
export const blocks = (...all: readonly (readonly string[])[]): string[] =>
  all
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]))
