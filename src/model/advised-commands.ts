// The commands that messages advise, as they stand in them between backticks. Pure.

/** A text with what `missing` answers, for each command with what stands behind it, put at its end. */
export const completeCommands = (
  text: string,
  missing: (name: string, rest: string) => string,
): string =>
  text.replace(
    /`lockstep ([a-z]+)([^`|]*)`/g,
    (_, name: string, rest: string) => `\`lockstep ${name}${rest}${missing(name, rest)}\``,
  )

/** Whether a command says which history it is about: a target that names it does so as well. */
export const saysHistory = (rest: string): boolean => /--name\b|--to [a-z]\w*:/i.test(rest)
