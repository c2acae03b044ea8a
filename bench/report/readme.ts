// The place in bench/README.md that keeps the last table with its machine.

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** The README with that text, as a block of code, between its markers. */
export function withTable(readme: string, table: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the README has no ${BEGIN} … ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n\`\`\`text\n${table}\n\`\`\`\n\n${readme.slice(end)}`;
}
