// The tests speak British English and stand in Chicago, wherever they run.
import { vi } from "vitest";

process.env["TZ"] = "America/Chicago";
vi.stubGlobal("navigator", { language: "en-GB", platform: "Linux" });
