// Decides which files of the programs are put into one: loading many takes longer than most commands.

/** What commands load at once. */
const TOGETHER = [
  ['src/cli/run-command-line'],
  ['src/cli/database/read-database'],
  ['src/cli/commands/gen'],
  ['codegen/pipeline'],
  ['src/cli/commands/status'],
  ['src/cli/worker/worker'],
  [
    'codegen/replay/process/worker',
    'codegen/replay/schema/prove-schema',
    'codegen/replay/rows/prove-rows',
  ],
]

/** Packages that take long to load: what needs them stays in files of its own. */
const SLOW = /^\0?(?:ts-morph|prettier|esbuild|better-sqlite3)$/

/** A plugin that notes what is imported, and the name of the file that a module is put into; null where the bundler decides. */
export function loadedTogether(fileOf, programs) {
  const imports = new Map()
  let loaded
  const known = (stem) => {
    if (!imports.has(fileOf(stem))) throw new Error(`No program loads ${stem}.`)
    return fileOf(stem)
  }
  const isSlow = (id) => [...reached([id])].some((one) => SLOW.test(one))
  const reached = (starts) => {
    const files = new Set(starts)
    // What is added meanwhile is gone through as well.
    for (const file of files) for (const one of imports.get(file) ?? []) files.add(one)
    return files
  }
  return {
    noteImports: {
      name: 'note-imports',
      moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds),
    },
    /** The same for all modules that the same of these load. */
    groupOf(id) {
      loaded ??= TOGETHER.map((stems) => reached(stems.map(known)))
      const by = loaded.flatMap((files, index) => (files.has(id) ? [index] : []))
      const isFree = by.length === 0 || programs.map(fileOf).includes(id) || isSlow(id)
      return isFree ? null : `part-${by.join('')}`
    },
  }
}
