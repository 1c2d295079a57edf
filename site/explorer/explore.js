// Starts the explorer, or states why it cannot run here. A classic script, so that it also runs in a page opened from a folder.
(() => {
  const problem = document.getElementById("explorer-problem")
  const refuse = reason => {
    problem.textContent = `${reason} You can download the database and open it with SQLite or Datasette.`
    problem.hidden = false
  }
  if (location.protocol === "file:") return refuse("The explorer needs a web server, for example: hashtrail serve. It does not work in a page that is opened from a folder.")
  if (typeof WebAssembly !== "object" || typeof Worker !== "function") return refuse("The explorer needs WebAssembly and workers. This browser does not support them, or a setting turns them off.")
  import("./page.js").then(page => page.start()).catch(error => refuse(`The explorer could not be loaded: ${error.message}`))
})()
