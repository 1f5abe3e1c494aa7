import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "fullcalendar/skeleton.css";
import "./styles/controls.css";
import "./styles/calendar.css";

import { mount } from "svelte";

import App from "./app/App.svelte";

const target = document.getElementById("app");
if (target) mount(App, { target });
