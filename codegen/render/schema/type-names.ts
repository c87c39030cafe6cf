// Chooses names for the types of tables and views: their own names, in TypeScript's spelling of types.

/** The names of the types of one table or view. */
export interface TypeNames {
  /** The type that SELECT returns. */
  readonly row: string
  /** The type that INSERT takes. */
  readonly insert: string
  /** The type that UPDATE takes. */
  readonly update: string
  /** The type for Kysely. */
  readonly table: string
}

/**
 * The type names for each name, in the given order: `user_tags` becomes `UserTagsRow`, `NewUserTags` and so on. If a name is
 * already taken, a number distinguishes the types.
 */
export function typeNames(names: readonly string[]): ReadonlyMap<string, TypeNames> {
  const taken = new Set<string>()
  return new Map(
    names.map((name) => {
      const base = pascalCase(name)
      let found = namesOf(base)
      for (let number = 2; Object.values(found).some((one) => taken.has(one)); number++)
        found = namesOf(`${base}${number}`)
      Object.values(found).forEach((one) => taken.add(one))
      return [name, found]
    }),
  )
}

const namesOf = (base: string): TypeNames => ({
  row: `${base}Row`,
  insert: `New${base}`,
  update: `${base}Update`,
  table: `${base}Table`,
})

/** Letters and digits, each part with a capital; capitals within stay. */
function pascalCase(name: string): string {
  const parts = name.split(/[^\p{L}\p{Nd}]+/u).filter((part) => part !== '')
  const text = parts.map(capitalized).join('')
  return /^\p{L}/u.test(text) ? text : `Table${text}`
}

function capitalized(part: string): string {
  const [first = '', ...rest] = part
  return first.toUpperCase() + rest.join('')
}
