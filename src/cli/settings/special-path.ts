// Distinguishes file paths from other values in their place.

/** Whether this is not a file path: a database in memory, or a URL. A Windows drive letter is not a URL. */
export const isSpecialPath = (path: string): boolean =>
  path === '' || path === ':memory:' || /^[a-z]{2,}:/i.test(path)
