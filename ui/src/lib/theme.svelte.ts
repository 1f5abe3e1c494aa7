// Light, dark, or as the system says.

export type ThemeChoice = "system" | "light" | "dark";

class Theme {
  choice: ThemeChoice = $state("system");
  #systemDark = $state(false);
  /** What is painted. */
  painted: "light" | "dark" = $derived(this.choice === "system" ? (this.#systemDark ? "dark" : "light") : this.choice);

  constructor() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    this.#systemDark = system.matches;
    system.addEventListener("change", (event) => {
      this.#systemDark = event.matches;
      this.#paint();
    });
    this.#paint();
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    this.#paint();
  }

  #paint(): void {
    document.documentElement.dataset["theme"] = this.painted;
  }
}

export const theme = new Theme();

export function isThemeChoice(text: string | null): text is ThemeChoice {
  return text === "system" || text === "light" || text === "dark";
}
