// Reduces a migration's name to what tools have in common: without numbers, dates, extensions, case and separators.

const HABITS: readonly RegExp[] = [
  // A folder, and extensions: `db/x.up.sql`, `x.ts`.
  /^.*[\\/]/,
  /(?:\.(?:up|down))?(?:\.(?:[cm]?[jt]s|sql|py|rb|go))?$/i,
  // `migration_001_x`, `V1_2__x`.
  /^migration[_-]?(?=\d)/i,
  /^[vu](?=\d)[\d._]*__/i,
  // `2024-01-31T10-00-00.000Z_x`, then any other leading number.
  /^\d{4}-\d\d-\d\dT[\d:.-]+Z?/,
  /^[^\p{L}]+/u,
  // A class with its creation time after the name: `AddUsers1690000000000`.
  /\d{13}$/,
]

/** Two names with the same key mean the same migration: `20240131_Add-Users.ts`, `AddUsers1690000000000`, `add_users`. */
export function nameKey(name: string): string {
  const bare = HABITS.reduce((text, habit) => text.replace(habit, ''), name)
  return (bare || name).toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
