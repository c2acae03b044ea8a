// Formulas of estimates as text: names, numbers, × ÷ + −, parentheses, roundUp(…) and roundDown(…), × and ÷ before + and
// −, from left to right. One text is what is shown, in words and in numbers, and what is computed, so that they cannot
// differ. Formulas are ours: a mistake in one is a bug.
import assert from 'node:assert/strict';

const TOKEN = /\s*([a-z]\w*|\d+(?:\.\d+)?(?:e\d+)?|[×÷+−()])/giy;
const NAME_OR_NUMBER = /[a-z]\w*|\d+(?:\.\d+)?(?:e\d+)?/gi;

type Values = Readonly<Record<string, number>>;

/**
 * Products of decimal fractions miss whole numbers by some 1e-16 of them; what lies so close to one is that one, or a
 * fleet of exactly 8 servers could become one of 9.
 */
const ROUNDING = 1e-12;

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  roundUp: (value) => Math.ceil(value * (1 - ROUNDING)),
  roundDown: (value) => Math.floor(value * (1 + ROUNDING)),
};

const FUNCTION_WORDS: Readonly<Record<string, string>> = { roundUp: 'round up ', roundDown: 'round down ' };

export function evaluate(formula: string, values: Values): number {
  const tokens = tokensOf(formula);
  let position = 0;

  function sum(): number {
    let value = product();
    while (tokens[position] === '+' || tokens[position] === '−') {
      value = tokens[position++] === '+' ? value + product() : value - product();
    }
    return value;
  }

  function product(): number {
    let value = factor();
    while (tokens[position] === '×' || tokens[position] === '÷') {
      value = tokens[position++] === '×' ? value * factor() : value / factor();
    }
    return value;
  }

  function factor(): number {
    const token = tokens[position++];
    if (token === '(') return closed();
    if (Object.hasOwn(FUNCTIONS, token)) {
      assert(tokens[position++] === '(', `${token} without ( in ${formula}`);
      return FUNCTIONS[token](closed());
    }
    if (/^\d/.test(token)) return Number(token);
    assert(Object.hasOwn(values, token), `no value of ${token} in ${formula}`);
    return values[token];
  }

  function closed(): number {
    const value = sum();
    assert(tokens[position++] === ')', `a missing ) in ${formula}`);
    return value;
  }

  const value = sum();
  assert(position === tokens.length, `cannot read ${formula} from ${tokens[position]} on`);
  return value;
}

/** The names whose values it needs. */
export function namesIn(formula: string): string[] {
  return tokensOf(formula).filter((token) => /^[a-z]/i.test(token) && !Object.hasOwn(FUNCTIONS, token));
}

/** With `text` in place of every name. */
export function written(formula: string, text: (name: string) => string): string {
  return formula.replaceAll(NAME_OR_NUMBER, (token) =>
    /^\d/.test(token) ? token : (FUNCTION_WORDS[token] ?? text(token)),
  );
}

function tokensOf(formula: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.length) {
    const match = TOKEN.exec(formula);
    assert(match, `cannot read ${formula}`);
    tokens.push(match[1]);
  }
  return tokens;
}
