# Reference values for tests/test_evidence.py, from R's metafor. Run it in this folder:
#
#   Rscript evidence.R
#
# test = "adhoc" is Hartung and Knapp's interval with a factor of at least 1. The
# prediction interval is written out, since metafor takes k - 1 degrees of freedom.

suppressMessages(library(metafor))

groups <- list(
  three = list(c(64, 40, 64), c(79, 43, 72)),
  alike = list(c(12, 18, 25), c(40, 60, 80)),
  identical = list(c(10, 10, 10, 10), c(40, 40, 40, 40)),
  far = list(c(3, 40, 20, 90), c(60, 50, 200, 100)),
  ends = list(c(0, 7, 20, 3), c(15, 30, 20, 44)),
  large = list(c(497, 61, 4010, 8999), c(578, 75, 5000, 10000)),
  # the fourteen studies of metafor's dat.pritz1997
  pritz = list(dat.pritz1997$xi, dat.pritz1997$ni)
)

lines <- c(paste("#", R.version.string, "metafor", packageVersion("metafor")),
           "group,level,events,n,tau2,estimate,low,high,new_low,new_high")
for (name in names(groups)) for (level in c(0.95, 0.8)) {
  x <- groups[[name]][[1]]
  n <- groups[[name]][[2]]
  fit <- rma(measure = "PLO", xi = x, ni = n, method = "PM", test = "adhoc",
             add = 1 / 2, to = "only0", level = 100 * level,
             control = list(tol = 1e-14, maxiter = 10000))
  k <- length(x)
  new <- fit$b[1] + c(-1, 1) * qt((1 + level) / 2, k - 2) *
    sqrt(fit$tau2 + fit$se^2)
  numbers <- c(fit$tau2, plogis(c(fit$b[1], fit$ci.lb, fit$ci.ub, new)))
  lines <- c(lines, paste(c(name, level, paste(x, collapse = " "),
    paste(n, collapse = " "),
    ifelse(is.na(numbers), "", sprintf("%.15g", numbers))), collapse = ","))
}
writeLines(lines, "evidence.csv")
