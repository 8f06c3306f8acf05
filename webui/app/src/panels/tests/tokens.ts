// JavaScript cut into tokens: just so much of the language as it takes to tell code from strings, comments,
// templates and regular expressions. What is no JavaScript is cut somehow; the browser says what is wrong
// with it.

export interface Token {
  kind: 'word' | 'string' | 'template' | 'number' | 'regex' | 'sign';
  from: number;
  to: number;
}

const space = /\s/;
const wordStart = /[\p{ID_Start}$_#\\]/u;
const wordPart = /[\p{ID_Continue}$\\]|\u200c|\u200d/u;

// After these words a slash begins a regular expression.
const operators = new Set(
  'return typeof case in of delete void throw new instanceof yield await else do export default'.split(' '),
);

/** Cuts a text. Comments and blanks are left out; of a template each piece of text is a token. */
export function tokens(source: string): Token[] {
  return new Cutter(source).cut();
}

class Cutter {
  private readonly out: Token[] = [];
  private readonly templates: number[] = []; // depth of braces at which each `${` was opened
  private depth = 0;
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  cut(): Token[] {
    const { source } = this;
    if (source.startsWith('#!')) this.at = this.endOfLine();
    while (this.at < source.length) {
      const c = source.charAt(this.at);
      if (space.test(c)) this.at++;
      else if (source.startsWith('//', this.at)) this.at = this.endOfLine();
      else if (source.startsWith('/*', this.at)) this.at = this.behind('*/', this.at + 2);
      else this.token(c);
    }
    return this.out;
  }

  private token(c: string): void {
    if (c === '"' || c === "'") this.push('string', this.endOfString(c));
    else if (c === '`') this.push('template', this.endOfTemplate(this.at + 1));
    else if (c === '}' && this.templates.at(-1) === this.depth) {
      this.templates.pop();
      this.push('template', this.endOfTemplate(this.at + 1));
    } else if (/[0-9]/.test(c)) this.push('number', this.while(/[\w.]/));
    else if (wordStart.test(c)) this.push('word', this.while(wordPart));
    else if (c === '/' && this.mayBeRegex()) this.push('regex', this.endOfRegex());
    else this.sign(c);
  }

  private sign(c: string): void {
    if (c === '{') this.depth++;
    else if (c === '}') this.depth--;
    this.push('sign', this.at + 1);
  }

  private push(kind: Token['kind'], to: number): void {
    this.out.push({ kind, from: this.at, to });
    this.at = Math.max(to, this.at + 1);
  }

  private while(part: RegExp): number {
    let at = this.at + 1;
    while (at < this.source.length && part.test(this.source.charAt(at))) at++;
    return at;
  }

  private behind(text: string, from: number): number {
    const at = this.source.indexOf(text, from);
    return at < 0 ? this.source.length : at + text.length;
  }

  private endOfLine(): number {
    const rest = /[\n\r\u2028\u2029]/g;
    rest.lastIndex = this.at;
    return rest.exec(this.source)?.index ?? this.source.length;
  }

  private endOfString(quote: string): number {
    for (let at = this.at + 1; at < this.source.length; at++) {
      const c = this.source.charAt(at);
      if (c === '\\') at++;
      else if (c === quote) return at + 1;
      else if (c === '\n') return at; // it is open: not all that follows is its text
    }
    return this.source.length;
  }

  // Up to behind the closing quote, or behind `${`.
  private endOfTemplate(from: number): number {
    for (let at = from; at < this.source.length; at++) {
      const c = this.source.charAt(at);
      if (c === '\\') at++;
      else if (c === '`') return at + 1;
      else if (c === '$' && this.source.charAt(at + 1) === '{') {
        this.templates.push(this.depth);
        return at + 2;
      }
    }
    return this.source.length;
  }

  // Behind a value a slash divides.
  private mayBeRegex(): boolean {
    const last = this.out.at(-1);
    if (last === undefined) return true;
    const text = this.source.slice(last.from, last.to);
    if (last.kind === 'sign') return text !== ')' && text !== ']';
    if (last.kind === 'template') return text.endsWith('${');
    return last.kind === 'word' && operators.has(text);
  }

  private endOfRegex(): number {
    let inClass = false;
    for (let at = this.at + 1; at < this.source.length; at++) {
      const c = this.source.charAt(at);
      if (c === '\n') break;
      if (c === '\\') at++;
      else if (c === '[') inClass = true;
      else if (c === ']') inClass = false;
      else if (c === '/' && !inClass) {
        let end = at + 1;
        while (/\w/.test(this.source.charAt(end))) end++;
        return end;
      }
    }
    return this.at + 1; // it was a division after all
  }
}
