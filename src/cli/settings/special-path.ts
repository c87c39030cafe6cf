// Tells paths of files from what else can be written in their place.

/** Whether this is no path of a file: a database in memory, or a URL. A drive letter of Windows is no URL. */
export const isSpecialPath = (path: string): boolean =>
  path === '' || path === ':memory:' || /^[a-z]{2,}:/i.test(path)
